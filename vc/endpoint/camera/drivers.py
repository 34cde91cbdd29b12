"""Every kind of camera a room can be fitted with."""

from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.camera.v4l2 import LavfiCameraConfig, V4l2CameraConfig

CameraConfig = V4l2CameraConfig | LavfiCameraConfig | SimulatedCameraConfig
