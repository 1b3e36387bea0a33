"""What the game and the clinic share: the wire contract, the metrics and the science.

Pure by contract: time and randomness are arguments, and nothing here opens a window, a camera, a
database or a socket. Only `shared.cli` opens files.
"""
