"""Mail and calendar in files on this computer."""
