"""What runs at Azure: written into the export as it stands here, so that it is tested as it runs."""
