"""The gate kiosk: reads, measures, decides, records, opens. It works with the network cut."""
