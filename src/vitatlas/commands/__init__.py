"""The commands that people call: plan, why, what-if, identify, bundle, restyle, and what is generated."""
