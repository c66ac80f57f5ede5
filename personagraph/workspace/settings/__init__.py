"""What can be set: options go before the environment, that before files, and these before defaults.

The workspace's `personagraph.toml` goes before the user's own `settings.toml`; but a workspace may be somebody else's:
what its file alone says of a setting in `trust.GUARDED` does not hold before the user confirmed it.
"""

from personagraph.workspace.settings.fields import (
    ENVIRONMENT,
    PASSWORD_FILES,
    SECRETS,
    PriceSetting,
    Settings,
    language_of,
    store_fault,
)
from personagraph.workspace.settings.file import changed_settings, write_settings
from personagraph.workspace.settings.places import (
    FILE,
    OWN_FILE,
    claims,
    environment,
    fixed_settings,
    load_settings,
    settings_file,
)

__all__ = [
    "ENVIRONMENT",
    "FILE",
    "OWN_FILE",
    "PASSWORD_FILES",
    "SECRETS",
    "PriceSetting",
    "Settings",
    "changed_settings",
    "claims",
    "environment",
    "fixed_settings",
    "language_of",
    "load_settings",
    "settings_file",
    "store_fault",
    "write_settings",
]
