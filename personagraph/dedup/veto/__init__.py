"""Why two descriptions that are alike are not one."""
