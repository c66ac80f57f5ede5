"""The adapter to any server that speaks the OpenAI API."""
