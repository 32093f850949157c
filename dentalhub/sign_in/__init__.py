"""Who somebody is: sign-in by password, provider and second factor with django-allauth, and how long it counts."""
