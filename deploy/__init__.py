"""What installs and ships dentalhub; nothing here is imported by the application."""
