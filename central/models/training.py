"""Training (items 16 to 19): who teaches what, which classes open, and the files of those who want to learn."""

from __future__ import annotations

from django.db import models

from central.models.jobs import Registration


class TrainingProvider(models.Model):
    """An institution that trains."""

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    county = models.CharField(max_length=6)
    address = models.CharField(max_length=80)
    lat = models.FloatField()
    lon = models.FloatField()
    phone = models.CharField(max_length=20)
    made_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.number


class TrainingCourse(models.Model):
    """One trade that an institution teaches."""

    number = models.CharField(max_length=16, unique=True)
    provider = models.ForeignKey(TrainingProvider, on_delete=models.CASCADE, related_name="courses")
    occupation = models.CharField(max_length=16, db_index=True)
    """contract/codes/occupations.toml"""
    times = models.CharField(max_length=16)
    """contract/codes/training_times.toml"""
    days = models.PositiveSmallIntegerField()
    """How many it takes."""
    groups = models.CharField(max_length=120)
    """Codes of contract/codes/training_groups.toml, each between bars: ``|rural|unemployed|``."""

    def __str__(self) -> str:
        return self.number


class TrainingClass(models.Model):
    """A class that opens."""

    number = models.PositiveIntegerField(unique=True)
    """What staff name it by."""
    course = models.ForeignKey(TrainingCourse, on_delete=models.CASCADE, related_name="classes")
    starts = models.DateField(db_index=True)
    hour = models.CharField(max_length=5)
    """``HH:MM``"""
    place = models.CharField(max_length=80)
    made_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.number)


class TrainingFile(models.Model):
    """What becomes of a wish for training. The wish itself is its registration; the class is kept as it was told."""

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, primary_key=True, related_name="training_file"
    )
    group = models.CharField(max_length=16, db_index=True)
    """contract/codes/training_groups.toml: files are kept by group."""
    due = models.DateField(db_index=True)
    """By when the staff must have answered."""
    due_provisional = models.BooleanField(default=False)
    """The calendar did not reach it yet: it is counted again whenever it is asked for."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True, default="")
    number = models.PositiveIntegerField(null=True)
    """Of the class; None: none opens."""
    starts = models.DateField(null=True)
    told = models.CharField(max_length=180, blank=True, default="")
    """The class in words: what, when, where."""
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.CharField(max_length=40, blank=True, default="")
    delivered_to = models.CharField(max_length=16, blank=True, default="")
    """Code of item 19's answer; of who was told without coming, how (item 16's ``contact``)."""
    comes = models.BooleanField(null=True)
    """Whether they said they would."""

    def __str__(self) -> str:
        return f"training file {self.pk}"
