"""A commune's own register: dossiers, payments, feedback and bookings, with its officers' pages."""
