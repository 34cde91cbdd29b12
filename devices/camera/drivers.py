"""Every kind of camera a box can be fitted with."""

from devices.camera.simulated import SimulatedCameraConfig
from devices.camera.v4l2 import V4l2CameraConfig

CameraConfig = V4l2CameraConfig | SimulatedCameraConfig
