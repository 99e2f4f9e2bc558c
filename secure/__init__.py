"""The sealed log, the outbox and the device's identity. The writing half; ``secure.reading`` shares no code with it."""
