resource "aws_route53_record" "main" {
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"
  # In the load balancer's own zone, not in the domain's.
  alias {
    name                   = aws_lb.main.dns_name
    zone_id                = aws_lb.main.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = toset([var.domain])
  zone_id  = var.zone_id
  name     = one(aws_acm_certificate.main.domain_validation_options).resource_record_name
  type     = one(aws_acm_certificate.main.domain_validation_options).resource_record_type
  records  = [one(aws_acm_certificate.main.domain_validation_options).resource_record_value]
  ttl      = 300
}
