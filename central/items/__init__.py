"""One module per family of items. A new item adds a module (or a function) and a line in a registry, never an if."""
