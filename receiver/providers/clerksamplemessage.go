package providers

import (
	"fmt"
	"strings"
)

// email is the e-mail with a one-time code, as Clerk asks an app to send it
// that sends its own. Clerk's bodies are whole HTML pages; so is this.
func (c *clerkPersona) email() map[string]any {
	code := c.code()
	when, by := c.at.UTC().Format("02 January 2006, 15:04 MST"), "Chrome, macOS"
	fill := strings.NewReplacer("{code}", code, "{when}", when, "{by}", by)
	return map[string]any{
		"id": c.id("ema_", fmt.Sprint("email ", c.ms())), "object": "email", "slug": "verification_code",
		"from_email_name": "notifications", "reply_to_email_name": nil,
		"to_email_address": c.address, "email_address_id": c.own("idn_", "first address"), "user_id": c.userID,
		"subject": code + " is your Küche & Co verification code",
		"body":    fill.Replace(clerkEmailPage), "body_plain": fill.Replace(clerkEmailText),
		"status": "queued", "delivered_by_clerk": false,
		"data": map[string]any{
			"app": clerkApp(), "otp_code": code, "requested_at": when, "requested_by": by,
			"requested_from": c.City + ", " + c.Country,
			"theme":          map[string]any{"button_text_color": "#ffffff", "primary_color": "#6c47ff", "show_clerk_branding": false},
			"user":           map[string]any{"public_metadata": map[string]any{}, "public_metadata_fallback": ""},
		},
	}
}

// sms is the text message with a one-time code. The specification requires
// created_at_ms, its example has created_at: both are here.
func (c *clerkPersona) sms() map[string]any {
	code := c.code()
	return map[string]any{
		"id": c.id("sms_", fmt.Sprint("sms ", c.ms())), "object": "sms_message", "slug": "verification_code",
		"from_phone_number": "+12015550199", "to_phone_number": c.phoneNumber(), "phone_number_id": c.phoneID(), "user_id": c.userID,
		"message": code + " is your verification code for Küche & Co. Do not share it with anyone.",
		"status":  "queued", "delivered_by_clerk": false, "created_at": c.ms(), "created_at_ms": c.ms(),
		"data": map[string]any{"app": clerkApp(), "otp_code": code, "otp_expiry": "10 minutes"},
	}
}

// clerkApp is the application that Clerk serves. Its name is one that has to be
// escaped, in HTML as in JSON.
func clerkApp() map[string]any {
	return map[string]any{
		"name": "Küche & Co", "domain_name": "shop.example", "url": "https://shop.example?ref=mail&lang=de",
		"logo_image_url": clerkImage, "logo_url": nil,
	}
}

// ticketURL is a link that lets in who has it.
func (c *clerkPersona) ticketURL(what string) string {
	return "https://clerk.shop.example/v1/tickets/" + what + "?redirect_url=https%3A%2F%2Fshop.example&ticket=" + c.id("ticket_", what)
}

const clerkEmailPage = `<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>{code} is your Küche &amp; Co verification code</title>
    <style type="text/css">
      body, table, td { margin: 0; padding: 0; font-family: Helvetica, Arial, sans-serif; }
      .card > td { padding: 32px; border: 1px solid #d9dbe1; }
      .code { font-size: 40px; line-height: 60px; color: #131316; }
      @media all and (max-width:639px) { .card { width: 100% !important; } }
    </style>
  </head>
  <body style="background-color: #f7f7f8;">
    <span style="display: none; max-height: 0; overflow: hidden;">Your code for Küche &amp; Co</span>
    <table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0">
      <tr class="card">
        <td>
          <h1>Verification code</h1>
          <p>Enter this code where you were asked for it:</p>
          <p class="code"><b>{code}</b></p>
          <p>It is good for 10 minutes. Do not pass it on to anyone.</p>
          <p><b>It was not you?</b><br>
            The code was requested with <b>{by}</b> at <b>{when}</b>. If that was not you, you can ignore this message.</p>
          <p><a href="https://shop.example?ref=mail&amp;lang=de">Küche &amp; Co</a></p>
        </td>
      </tr>
    </table>
  </body>
</html>
`

const clerkEmailText = `{code} is your verification code for Küche & Co.

It is good for 10 minutes. Do not pass it on to anyone.

It was requested with {by} at {when}. If that was not you, you can ignore this message.
`
