"""The verb that annotates: by the words of descriptions, by a model, by labels."""
