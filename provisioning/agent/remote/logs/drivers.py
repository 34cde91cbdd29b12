"""Every place where a box may have its logs."""

from provisioning.agent.remote.logs.files import FilesConfig
from provisioning.agent.remote.logs.journald import JournaldConfig

AnyLogs = JournaldConfig | FilesConfig
