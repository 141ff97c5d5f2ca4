"""Write objects, messages and errors as each gateway does, in one module for each."""
