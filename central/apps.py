from django.apps import AppConfig


class CentralConfig(AppConfig):
    name = "central"
    verbose_name = "「就近办」平台"
