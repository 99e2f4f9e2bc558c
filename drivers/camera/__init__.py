"""Document camera. The driver (``driver``) starts a process (``worker``) that alone knows OpenCV: nothing here imports
it, so that a terminal pays for it only while somebody looks through the camera."""

from drivers.camera.driver import CameraSettings, DocumentCamera

__all__ = ["CameraSettings", "DocumentCamera"]
