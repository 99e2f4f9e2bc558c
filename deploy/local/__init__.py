"""The whole house on one machine: for demonstrations, the tour and measurements. Never part of the product's image."""
