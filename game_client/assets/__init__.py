"""Pictures that are drawn in code at load time: boats, buoys, icons, faces, and the places of the river."""
