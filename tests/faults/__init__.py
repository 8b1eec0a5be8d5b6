"""What becomes of notices when providers, networks, disks and processes fail."""
