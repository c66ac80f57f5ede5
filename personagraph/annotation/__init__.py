"""From what came with personas to what is known of them: words read again, statements weighed, a model, labels."""
