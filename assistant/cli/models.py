"""`kumpel models list`."""

from __future__ import annotations

from assistant.profiles import listing
from assistant.settings import Settings


def print_models(settings: Settings) -> None:
    """One block a profile, one line a model: there or missing, size, licence and where it comes from."""
    shown = None
    for profile, model, present in listing(settings.data_dir):
        if profile is not shown:
            shown = profile
            marker = "  ← eingestellt" if profile.name == settings.profile else ""
            print(f"\n{profile.name} ({profile.for_whom}, ab {profile.ram_gb} GB Speicher){marker}")
        state = "da   " if present else "fehlt"
        print(f"  {state}  {model.job:<10} {model.name}, {model.megabytes} MB, Lizenz {model.licence}")
        if model.lineage:
            print(f"         {'':<10} {model.lineage}")
