"""What a screen consists of: parts that are drawn again by themselves, touch targets, icons."""
