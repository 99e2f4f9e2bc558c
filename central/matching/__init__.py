"""What fits: a seeker and jobs, or a job and seekers, weighed by the same rules. What each rule is worth is data
(``weights.toml``), one table an item."""
