"""What is known of companies and chips: data files, their loaders and validators."""
