"""The technician's way: enrol, discover and test devices, readiness report. Its capability is not built yet."""
