"""From a persona to personas: who is connected to it, and how."""
