"""The demo: bot volunteers, narration and the final table, around a real campaign."""
