"""The verbs that say whom the graph has and whom it leaves out, and that compare such reports."""
