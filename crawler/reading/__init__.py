"""What answers say: pages of HTML, sitemaps, manifests of IIIF: from bytes to links and images."""
