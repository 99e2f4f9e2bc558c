"""The reference 「就近办」 platform: the API the terminals call and the public pages of a slip's QR (Django)."""
