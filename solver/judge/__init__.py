"""The judge: every law recomputed from models alone. Players never import it."""
