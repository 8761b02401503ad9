export const pairing = `\
Pairing links this machine to WhatsApp on a phone, as a linked device.

By QR:
  1. wactl create my-phone
  2. On the phone: WhatsApp > Settings > Linked devices > Link a device
  3. Scan the QR. It is replaced now and then; WhatsApp gives out new ones for
     about 160 seconds.

When the QR does not fit the terminal, or the phone cannot read it:
  wactl create my-phone --web                      a page in your browser
  wactl create my-phone --output qr.png            a picture
  wactl create my-phone --pair "+1 555 123 4567"   a code to type on the phone

By code: on the phone choose "Link with phone number instead" and type the
eight characters. They are valid for three minutes.

After it:
  wactl status my-phone             ask WhatsApp whether it is logged in
  wactl connect my-phone --detach   keep it online in the background

A pairing that ends early leaves nothing behind: run create again. A session
that was unlinked on the phone is paired again with: wactl qr my-phone
To practise without a phone: wactl demo
`;
