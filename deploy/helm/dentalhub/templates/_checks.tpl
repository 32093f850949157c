{{/* Refuses values with faults; in each file whose template needs values that have none. */}}
{{- define "dentalhub.checked" -}}
{{- with include "dentalhub.faults" . | trim }}{{ fail (printf "the values are not complete:\n%s\n" .) }}{{ end -}}
{{- end -}}

{{/* Everything that is missing or contradicts itself, a sentence on each line; values.schema.json looks at forms. */}}
{{- define "dentalhub.faults" -}}
{{- $v := .Values -}}
{{- if not $v.image.repository }}
image.repository: name the image, such as registry.example.org/dentalhub.
{{- end }}
{{- if not (or $v.image.tag $v.image.digest) }}
image.tag or image.digest: say which image.
{{- end }}
{{- if not $v.secrets.application }}
secrets.application: name a Secret with DENTALHUB_SECRET_KEY.
{{- end }}
{{- include "dentalhub.storageFaults" . }}
{{- if $v.web.enabled }}{{ include "dentalhub.webFaults" . }}{{ end }}
{{- if and (or $v.ingress.enabled $v.monitoring.serviceMonitor.enabled) (not $v.web.enabled) }}
web.enabled: ingress and monitoring.serviceMonitor lead to the pages, which are off.
{{- end }}
{{- include "dentalhub.workerFaults" . }}
{{- end -}}

{{- define "dentalhub.storageFaults" -}}
{{- $v := .Values -}}
{{- $redis := or $v.redis.broker $v.redis.cache -}}
{{- if not $v.database.existingSecret }}
database.existingSecret: name a Secret with DATABASE_URL=mssql://user:password@host:port/name; pods cannot share a SQLite file.
{{- end }}
{{- if and $redis (not $v.redis.existingSecret) }}
redis.existingSecret: name a Secret with DENTALHUB_BROKER_URL or DENTALHUB_CACHE_URL.
{{- end }}
{{- if and $v.networkPolicy.enabled (not $v.database.networks) }}
database.networks: say where our own database is, such as [10.1.2.3/32], or no pod reaches it.
{{- end }}
{{- if and $v.networkPolicy.enabled $redis (not $v.redis.networks) }}
redis.networks: say where Redis is, or no pod reaches it.
{{- end }}
{{- if and $v.exports.storage $v.exports.existingClaim }}
exports: storage or existingClaim, not both.
{{- end }}
{{- $makesExports := or $v.web.enabled (hasKey (include "dentalhub.workers" . | fromJson) "dentalhub") -}}
{{- if and $makesExports (not $v.exports.storage) (not $v.exports.existingClaim) }}
exports: storage (s3://bucket/prefix) or existingClaim (ReadWriteMany), so that pages find the files that workers make.
{{- end }}
{{- end -}}

{{- define "dentalhub.webFaults" -}}
{{- $v := .Values -}}
{{- if not $v.hosts }}
hosts: name the host under which people reach the pages.
{{- end }}
{{- if not $v.trustedProxies }}
trustedProxies: name the networks of the ingress controller's pods; nobody else may speak for others.
{{- end }}
{{- if and $v.networkPolicy.enabled (not $v.networkPolicy.ingressFrom) }}
networkPolicy.ingressFrom: say who may call the pages, or nobody can.
{{- end }}
{{- if and $v.web.readsSources (not (hasKey (include "dentalhub.workers" . | fromJson) "dentalhub")) }}
web.readsSources: it needs the networks and passwords of workers.dentalhub.
{{- end }}
{{- if and $v.ingress.enabled (not $v.ingress.tlsSecret) }}
ingress.tlsSecret: the pages are for HTTPS only.
{{- end }}
{{- if and $v.monitoring.serviceMonitor.enabled (not $v.monitoring.tokenSecret) }}
monitoring.tokenSecret: name a Secret with DENTALHUB_METRICS_TOKEN, or nobody may scrape.
{{- end }}
{{- if and $v.web.autoscaling.enabled (lt (int $v.web.autoscaling.maxReplicas) (int $v.web.autoscaling.minReplicas)) }}
web.autoscaling.maxReplicas: at least minReplicas.
{{- end }}
{{- end -}}

{{- define "dentalhub.workerFaults" -}}
{{- $v := .Values -}}
{{- $workers := include "dentalhub.workers" . | fromJson -}}
{{- $names := dict -}}
{{- $secrets := dict -}}
{{- range $name := list $v.secrets.application $v.secrets.web $v.database.existingSecret $v.redis.existingSecret $v.monitoring.tokenSecret -}}
{{- $_ := set $secrets $name "the installation" -}}
{{- end -}}
{{- range $queue, $worker := $workers -}}
{{- $name := $queue | replace "_" "-" -}}
{{- if hasKey $names $name }}
workers.{{ $queue }}: {{ get $names $name }} has the same name, for names know no underscore.
{{- end }}
{{- $_ := set $names $name $queue -}}
{{- range $secret := compact (list $worker.credentialsSecret $worker.environmentSecret) }}
{{- if hasKey $secrets $secret }}
workers.{{ $queue }}: the Secret {{ $secret }} is that of {{ get $secrets $secret }} already; each queue has its own passwords.
{{- end }}
{{- $_ := set $secrets $secret $queue -}}
{{- end }}
{{- if and (ne $queue "dentalhub") (not $worker.practices.networks) }}
workers.{{ $queue }}.practices.networks: say where the region's practices are.
{{- end }}
{{- if has $queue $v.otherQueues }}
otherQueues: the workers of {{ $queue }} are here.
{{- end }}
{{- if and $worker.maxReplicas (lt (int $worker.maxReplicas) (int $worker.replicas)) }}
workers.{{ $queue }}.maxReplicas: at least replicas.
{{- end }}
{{- if and $worker.maxReplicas (not $v.workerAutoscaling.by) }}
workers.{{ $queue }}.maxReplicas: say with workerAutoscaling.by what decides.
{{- end }}
{{- end }}
{{- if and $v.interactive.enabled (not (hasKey $workers "dentalhub")) }}
workers.dentalhub: exports, and regions without workers of their own, need it where interactive is.
{{- end }}
{{- if and (eq $v.workerAutoscaling.by "queue") (not $v.workerAutoscaling.prometheusAddress) }}
workerAutoscaling.prometheusAddress: say where Prometheus answers.
{{- end }}
{{- end -}}
