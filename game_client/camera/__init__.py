"""The capture process and the tracker port with its adapters: the only importer of cv2 and mediapipe."""
