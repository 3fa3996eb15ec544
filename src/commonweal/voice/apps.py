from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "commonweal.voice"

    def ready(self) -> None:
        # A consultation with proposals that wait for an answer is not closed.
        from . import followed, owed, searched  # noqa: F401
        from .proposals import answering  # noqa: F401
