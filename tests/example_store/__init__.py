"""How `example-store/` is made: a readable story, told to the real program with a fixed clock.

`python -m tests.example_store.build` writes `example-store/` anew; `tests/test_example_store.py` compares it byte for
byte with what is committed. What the program has no command for yet is written by `desk.py` in the store's format.
"""
