"""What is wrong with a description, or with a tie, whoever wrote it: for the guards of every workflow.

Only what cannot be is a contradiction, never what is only unusual: a checker that enforces the usual would bring
back the bias of whoever wrote the descriptions. What it does not understand passes. English alone is read.
"""
