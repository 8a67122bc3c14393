"""Grafana's dashboards: what they show, the files that Grafana reads, and pictures of them."""
