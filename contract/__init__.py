"""What terminal and platform agree on, and nothing else. Pure data and pure functions; imports nobody."""
