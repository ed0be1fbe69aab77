package providers

import "time"

// clerkOrganizations are the names of made-up organizations, with their slugs.
var clerkOrganizations = [...]struct{ name, slug, domain string }{
	{"Küche & Co", "kueche-co", "kueche.example"},
	{"Analytical Engines", "analytical-engines", "engines.example"},
	{"Ångström <Labs>", "angstrom-labs", "angstrom.example"},
	{"Smith, Müller & Ōta", "smith-mueller-ota", "smo.example"},
}

func (c *clerkPersona) organizationID() string { return c.id("org_", "organization") }

// organization is one that the user made.
func (c *clerkPersona) organization() map[string]any {
	o := clerkOrganizations[c.pick(len(clerkOrganizations), "organization")]
	began := c.began("organization", 20*24*time.Hour)
	data := map[string]any{
		"id": c.organizationID(), "object": "organization", "name": o.name, "slug": o.slug,
		"has_image": true, "image_url": clerkImage, "logo_url": nil, "created_by": c.userID,
		"members_count": c.members, "pending_invitations_count": 0, "max_allowed_memberships": 5,
		"admin_delete_enabled": true, "missing_member_with_elevated_permissions": false,
		"public_metadata": map[string]any{}, "private_metadata": map[string]any{},
		"created_at": began, "updated_at": began,
	}
	if c.kind == "organization.updated" {
		data["name"] = o.name + " & Friends"
		data["public_metadata"] = map[string]any{"department": "R&D"}
		data["updated_at"] = c.ms()
	}
	return data
}

func (c *clerkPersona) organizationDeleted() map[string]any {
	data := gone("organization", c.organizationID())
	data["slug"] = clerkOrganizations[c.pick(len(clerkOrganizations), "organization")].slug
	return data
}

// publicOrganization is what others see of it.
func (c *clerkPersona) publicOrganization() map[string]any {
	o := c.organization()
	return map[string]any{"id": o["id"], "name": o["name"], "slug": o["slug"], "image_url": o["image_url"], "has_image": o["has_image"]}
}

// membership is the user's in his own organization, of which he is then no
// admin any more.
func (c *clerkPersona) membership() map[string]any {
	if c.kind == "organizationMembership.updated" {
		return c.memberOf(c, "org:member", "Member")
	}
	return c.memberOf(c, "org:admin", "Admin")
}

// memberOf is somebody's membership in the user's organization.
func (c *clerkPersona) memberOf(member *clerkPersona, role, name string) map[string]any {
	permissions := []any{"org:posts:read", "org:posts:write"}
	if role == "org:admin" {
		permissions = append(permissions, "org:sys_memberships:manage", "org:sys_profile:delete")
	}
	return map[string]any{
		"id": c.id("orgmem_", "membership "+member.userID), "object": "organization_membership",
		"role": role, "role_name": name, "permissions": permissions,
		"public_metadata": map[string]any{}, "private_metadata": map[string]any{},
		"organization": c.organization(),
		"public_user_data": map[string]any{
			"user_id": member.userID, "first_name": member.First, "last_name": member.Last, "username": nil,
			"has_image": true, "image_url": clerkImage, "profile_image_url": clerkImage, "identifier": member.address,
		},
		"created_at": c.began("organizationMembership", 20*24*time.Hour), "updated_at": c.ms(),
	}
}

// invitation is one into the user's organization.
func (c *clerkPersona) invitation() map[string]any {
	g := c.guest()
	began := c.began("organizationInvitation", time.Hour)
	data := map[string]any{
		"id": c.id("orginv_", "invitation"), "object": "organization_invitation",
		"email_address": g.address, "role": "org:member", "role_name": "Member", "inviter_id": c.userID,
		"organization_id": c.organizationID(), "public_organization_data": c.publicOrganization(), "status": "pending",
		"public_metadata": map[string]any{}, "private_metadata": map[string]any{}, "url": c.ticketURL("invitation"),
		"expires_at": began + 30*86_400_000, "created_at": began, "updated_at": c.ms(),
	}
	switch c.kind {
	case "organizationInvitation.accepted":
		data["status"], data["url"], data["user_id"] = "accepted", nil, g.userID
		data["data"] = map[string]any{"public_organization_data": c.publicOrganization()}
	case "organizationInvitation.revoked":
		data["status"], data["url"] = "revoked", nil
	}
	return data
}

func (c *clerkPersona) domain() map[string]any {
	o := clerkOrganizations[c.pick(len(clerkOrganizations), "organization")]
	data := map[string]any{
		"id": c.id("orgdmn_", "domain"), "object": "organization_domain", "organization_id": c.organizationID(),
		"public_organization_data": c.publicOrganization(), "name": o.domain, "enrollment_mode": "manual_invitation",
		"affiliation_email_address": nil, "verification": nil, "total_pending_invitations": 0, "total_pending_suggestions": 0,
		"created_at": c.began("organizationDomain", time.Hour), "updated_at": c.ms(),
	}
	if c.kind == "organizationDomain.updated" {
		data["enrollment_mode"], data["total_pending_suggestions"] = "automatic_suggestion", 2
		data["affiliation_email_address"] = "admin@" + o.domain
		data["verification"] = map[string]any{"status": "verified", "strategy": "email_code", "attempts": 1, "expire_at": c.ms() + 600_000}
	}
	return data
}

func (c *clerkPersona) domainDeleted() map[string]any {
	return gone("organization_domain", c.id("orgdmn_", "domain"))
}

func (c *clerkPersona) role() map[string]any {
	permissions := []any{c.permission()}
	if c.kind == "role.updated" {
		more := c.permission()
		more["id"], more["key"] = c.id("perm_", "publish"), "org:posts:publish"
		more["name"], more["description"] = "Publish posts", "May publish what others wrote"
		permissions = append(permissions, more)
	}
	return map[string]any{
		"id": c.id("role_", "role"), "object": "role", "name": "Editor", "key": "org:editor",
		"description": "May write & edit posts", "is_creator_eligible": false, "permissions": permissions,
		"created_at": c.began("role", 24*time.Hour), "updated_at": c.ms(),
	}
}

func (c *clerkPersona) roleDeleted() map[string]any { return gone("role", c.id("role_", "role")) }

func (c *clerkPersona) permission() map[string]any {
	began := c.began("permission", 24*time.Hour)
	data := map[string]any{
		"id": c.id("perm_", "edit"), "object": "permission", "name": "Edit posts", "key": "org:posts:edit",
		"description": "May write & edit posts", "type": "user",
		"created_at": began, "updated_at": began,
	}
	if c.kind == "permission.updated" {
		data["name"], data["updated_at"] = "Edit & delete posts", c.ms()
	}
	return data
}

func (c *clerkPersona) permissionDeleted() map[string]any {
	return gone("permission", c.id("perm_", "edit"))
}
