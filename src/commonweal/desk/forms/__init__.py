"""The desk's questions, and the first "no" in plain words: a module for each noun."""
