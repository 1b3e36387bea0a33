"""Input devices, one file a device."""
