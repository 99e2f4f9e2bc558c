"""How a resident enters words and numbers inside the window: pinyin through librime, keyboard, number pad."""
