"""The configuration: TOML to checked values."""

from assistant.config.loading import ENVIRONMENT, find, load, parse, user_path
from assistant.config.options import option_names
from assistant.config.values import Account, CadenceSettings, Config, PlanSettings, Privacy, VoiceSettings

__all__ = [
    "ENVIRONMENT",
    "Account",
    "CadenceSettings",
    "Config",
    "PlanSettings",
    "Privacy",
    "VoiceSettings",
    "find",
    "load",
    "option_names",
    "parse",
    "user_path",
]
