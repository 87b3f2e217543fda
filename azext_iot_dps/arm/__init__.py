"""Azure Resource Manager (ARM): names of services, their hosts, policies and linked hubs; and the clouds of Azure."""
