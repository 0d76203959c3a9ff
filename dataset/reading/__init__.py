"""What samples are made of: manifests, folders, arrays; their places and licences."""
