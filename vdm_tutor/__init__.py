"""VDM Tutor: variational diffusion models with nothing taken on trust."""
