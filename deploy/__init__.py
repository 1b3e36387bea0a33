"""What installs, tests and runs Movere: the house around the three packages."""
