"""Have your say: consultations, what residents and enterprises propose, and budgets they decide.

`consultations` holds questions with their answers and proposals with theirs; `rounds` budgets that
are decided by ballots.
"""
