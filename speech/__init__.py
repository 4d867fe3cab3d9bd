"""Sound in, sound out: frames, voice activity, recognition, synthesis. Imports `german` only."""
